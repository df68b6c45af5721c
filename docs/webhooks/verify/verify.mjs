// Whether a call is from Watchpost: Node without packages.
import { createHmac, timingSafeEqual } from "node:crypto";

// `body` is a Buffer as it came, before any parsing; `secret` as whsec_…
export function isAuthentic(headers, body, secret, now = Date.now() / 1000) {
  const key = headers["webhook-id"] ?? "";
  const sentAt = headers["webhook-timestamp"] ?? "";
  if (!/^\d+$/.test(sentAt) || Math.abs(now - Number(sentAt)) > 300) return false;
  const raw = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  const digest = createHmac("sha256", raw).update(`${key}.${sentAt}.`).update(body).digest("base64");
  const expected = Buffer.from(`v1,${digest}`);
  return (headers["webhook-signature"] ?? "").split(" ").some((signature) => {
    const given = Buffer.from(signature);
    return given.length === expected.length && timingSafeEqual(given, expected);
  });
}
