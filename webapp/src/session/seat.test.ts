import { describe, expect, it } from "vitest";
import { drawer, randomKey, seatKeeper } from "./seat";

describe("a seat", () => {
  it("is kept by code and by page, and survives nonsense", () => {
    localStorage.clear();
    const lasting = drawer(() => localStorage);
    const passing = drawer(() => sessionStorage);
    const guest = seatKeeper("HQRS-2K4M", "jam", lasting, passing);
    const key = guest.joinKey();
    expect(guest.joinKey()).toBe(key);
    guest.write({ resume_token: "r", participant_id: "p" });
    expect(guest.read()).toEqual({ resume_token: "r", participant_id: "p" });
    expect(guest.joinKey()).not.toBe(key);
    expect(seatKeeper("HQRS-2K4M", "jam.console", lasting, passing).read()).toBeNull();
    expect(seatKeeper("ABCD-EFGH", "jam", lasting, passing).read()).toBeNull();
    guest.write({ resume_token: "r", participant_id: "p", ended: true });
    expect(guest.read()).toEqual({ resume_token: "r", participant_id: "p", ended: true });
    guest.forget();
    const again = guest.joinKey();
    guest.forget();
    expect(guest.joinKey()).not.toBe(again);
    for (const text of ["{", "null", "7", '{"resume_token":7}', '{"resume_token":"","participant_id":"x"}']) {
      localStorage.setItem("jam.seat.HQRS-2K4M", text);
      expect(guest.read()).toBeNull();
    }
  });
  it("lasts as long as the page where storage is denied", () => {
    const denied = drawer(() => {
      throw new Error("denied");
    });
    const seats = seatKeeper("HQRS-2K4M", "jam", denied, denied);
    seats.write({ resume_token: "r", participant_id: "p" });
    expect(seats.read()?.resume_token).toBe("r");
    seats.forget();
    expect(seats.read()).toBeNull();
  });
  it("has a join key of 128 bits or more", () => {
    expect(randomKey()).toMatch(/^[\w-]{22,256}$/);
    expect(randomKey()).not.toBe(randomKey());
  });
});
