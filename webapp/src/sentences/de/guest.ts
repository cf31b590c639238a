export * from "../en/guest";
