export * from "../en/music";
