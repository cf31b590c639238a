/** The languages that the pages speak, by their folder under src/sentences; the first is for everybody else. */
export const languages = ["en", "de", "ja"];
