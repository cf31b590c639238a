/** What the app is called where it is installed. Read by the build alone. */
export const install = {
  name: "Soul Jam",
  short_name: "Soul Jam",
  description: "Choose the music together: join a jam, add songs, vote.",
} as const;
