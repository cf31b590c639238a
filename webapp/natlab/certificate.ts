import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** A certificate of an authority that only this lab knows. */
export interface Certificate {
  authority: string;
  certificate: string;
  key: string;
  /** A home directory in which Chromium believes the authority. */
  home: string;
}

/** For an address, since no name can be looked up in the lab. */
export function makeCertificate(dir: string, address: string): Certificate {
  const made = { authority: join(dir, "ca.pem"), certificate: join(dir, "soul.pem"), key: join(dir, "soul.key"), home: join(dir, "home") };
  const [authorityKey, request, extensions] = [join(dir, "ca.key"), join(dir, "soul.csr"), join(dir, "soul.ext")];
  const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  run("openssl", "req", "-x509", ...newKey, "-keyout", authorityKey, "-out", made.authority, "-days", "2", "-subj", "/CN=NAT lab",
    "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign");
  run("openssl", "req", ...newKey, "-keyout", made.key, "-out", request, "-subj", `/CN=${address}`);
  writeFileSync(extensions, `subjectAltName=IP:${address}\nextendedKeyUsage=serverAuth\nbasicConstraints=CA:FALSE\n`);
  run("openssl", "x509", "-req", "-in", request, "-CA", made.authority, "-CAkey", authorityKey, "-CAcreateserial", "-days", "2", "-extfile", extensions, "-out", made.certificate);
  const store = join(made.home, ".pki", "nssdb");
  mkdirSync(store, { recursive: true });
  run("certutil", "-d", `sql:${store}`, "-N", "--empty-password");
  run("certutil", "-d", `sql:${store}`, "-A", "-t", "C,,", "-n", "NAT lab", "-i", made.authority);
  return made;
}

function run(command: string, ...args: string[]): void {
  execFileSync(command, args, { stdio: ["ignore", "ignore", "pipe"] });
}
