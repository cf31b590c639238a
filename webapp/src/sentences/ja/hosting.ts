export * from "../en/hosting";
