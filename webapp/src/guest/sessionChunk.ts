import type { ComponentType } from "react";

let loading: Promise<ComponentType> | null = null;

/** The session's page, apart from the first load, which must be quick on a phone. */
export function loadSession(): Promise<ComponentType> {
  loading ??= import("./SessionPage").then(
    (chunk) => chunk.SessionPage,
    (error: unknown) => {
      loading = null;
      throw error;
    },
  );
  return loading;
}
