import type { ServerMessage } from "./wire.gen";

/**
 * Reads a frame of the host: one message, or an array of them. What is not JSON
 * or has no type is dropped; unknown types go on and are ignored by everyone.
 */
export function readFrame(frame: string): ServerMessage[] {
  let value: unknown;
  try {
    value = JSON.parse(frame);
  } catch {
    return [];
  }
  return (Array.isArray(value) ? value : [value]).filter(isMessage);
}

function isMessage(value: unknown): value is ServerMessage {
  return typeof value === "object" && value !== null && typeof (value as { type?: unknown }).type === "string";
}
