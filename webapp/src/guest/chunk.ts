import { useEffect, useState, type ComponentType } from "react";

/** Loads a part of the app once. After a failure it may be asked for again. */
export function chunk<T>(load: () => Promise<T>): () => Promise<T> {
  let loading: Promise<T> | null = null;
  return () => {
    loading ??= load().catch((error: unknown) => {
      loading = null;
      throw error;
    });
    return loading;
  };
}

/** The part once it is here; null until then. It fails when a newer version has taken its place: a reload mends that. */
export function useChunk<P>(load: () => Promise<ComponentType<P>>): { Part: ComponentType<P> } | "failed" | null {
  const [part, setPart] = useState<{ Part: ComponentType<P> } | "failed" | null>(null);
  useEffect(() => {
    let gone = false;
    load().then(
      (Part) => gone || setPart({ Part }),
      () => gone || setPart("failed"),
    );
    return () => {
      gone = true;
    };
  }, [load]);
  return part;
}
