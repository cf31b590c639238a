export * from "../en/jam";
