export * from "../en/host";
