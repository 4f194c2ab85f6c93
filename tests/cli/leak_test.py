#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""No secret is in any output, in any spelling, though the target repeats all it is sent in every
answer: leak_test.py KEYWARD. Looked through are standard output and error of `run -v`, `run --json`,
`report` and `replay`, the journal and every report."""

import base64
import hashlib
import itertools
import re
import urllib.parse

import servers
import support
from support import Case

PUBLIC = re.compile(r"EMAIL|ORGANIZATION_ID|_BOOK|KEYWARD_TARGET")
PIECE = 8  # bytes that a secret must not leave behind


def base64_cores(secret: bytes):
    """What base64 makes of the secret at each alignment, without what its neighbours decide."""
    for before in range(3):
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            text = encode(b"\0" * before + secret).decode()
            first = -(-8 * before // 6)
            yield text[first:8 * (before + len(secret)) // 6]


def spellings(secret: str):
    raw = secret.encode()
    yield "raw", secret
    yield "swapped case", secret.swapcase()
    yield "beginning", secret[:PIECE]
    yield "end", secret[-PIECE:]
    yield "middle", secret[len(secret) // 2:][:PIECE]
    for core in base64_cores(raw):
        yield "base64", core
        yield "beginning of base64", core[:12]
    yield "hexadecimal", raw.hex()
    yield "HEXADECIMAL", raw.hex().upper()
    yield "percent", "".join(f"%{byte:02X}" for byte in raw)
    yield "percent, lower", "".join(f"%{byte:02x}" for byte in raw)
    yield "quoted", urllib.parse.quote(secret, safe="")
    yield "JSON", "".join(f"\\u{byte:04x}" for byte in raw)
    yield "JSON, upper", "".join(f"\\u{byte:04X}" for byte in raw)
    yield "JSON in JSON", "".join(f"\\\\u{byte:04x}" for byte in raw)
    yield "HTML", "".join(f"&#{byte};" for byte in raw)


def digests(secret: str):
    """From these a password can be guessed; what is issued is too random for that."""
    raw = secret.encode()
    for algorithm in ("md5", "sha1", "sha256", "sha512"):
        digest = hashlib.new(algorithm, raw).digest()
        yield algorithm, digest.hex()
        yield f"base64 of {algorithm}", base64.b64encode(digest).decode().rstrip("=")
        for core in base64_cores(digest.hex().encode()):
            yield f"base64 of hexadecimal {algorithm}", core


class Leak(Case):
    def secrets(self, env: dict[str, str]) -> dict[str, str]:
        """What the target's environment holds, with the halves of what is composite."""
        found = {}
        for name, value in env.items():
            if PUBLIC.search(name):
                continue
            found[name] = value
            for number, half in enumerate(value.split(":")):
                if half != value:
                    found[f"{name}, half {number}"] = half
        for name, value in env.items():
            if name.endswith("PASSWORD"):
                email = env[name.replace("PASSWORD", "EMAIL")]
                found[f"{name}, Basic"] = base64.b64encode(f"{email}:{value}".encode()).decode()
        return found

    def look_for(self, secrets: dict[str, str], texts: dict[str, str]):
        for where, text in texts.items():
            for name, secret in secrets.items():
                lasting = () if name.startswith("issued") else digests(secret)
                for spelling, form in itertools.chain(spellings(secret), lasting):
                    if len(form) >= PIECE and form in text:
                        at = text.index(form)
                        self.fail(f"{name} ({spelling}) is in {where}: "
                                  f"{text[max(0, at - 200):at + 100]!r}")

    def outputs(self, folder) -> dict[str, str]:
        return {str(file.relative_to(folder)): file.read_text(encoding="utf-8", errors="replace")
                for file in folder.rglob("*") if file.is_file()}

    def leak(self, spec: str, *arguments):
        env = self.serve(spec, "--fault", "echo-everything", "--fault", "password-hash",
                         "--session-lifetime", "3")
        targets = dict(part.split("=", 1) for part in env["KEYWARD_TARGET"].split(","))
        hooks = []
        first = next(iter(targets.values()))
        for hook in ("reset_key", "login") if spec == "activeprospect" else ():
            hooks += ["--hook", f"{hook}=curl -sSf -X POST {first}/.keyward/hooks/{hook} | tee -a "
                                f"{self.folder}/hooked"]
        forwarders = {name: servers.Forwarder(url) for name, url in targets.items()}
        urls = {name: forwarder.__enter__() for name, forwarder in forwarders.items()}
        target = ",".join(f"{name}={url}" for name, url in urls.items())
        run = ("run", spec, "--target", target, "--max-wait", "6", *hooks, *arguments)
        texts = {}

        def keep(what: str, done):
            texts[f"{what}: standard output"], texts[f"{what}: standard error"] = done.stdout, \
                done.stderr
            return done

        done = keep("run -v", self.keyward(
            *run, "-v", "--report", "json=all.json,junit=all.xml,console=all.txt", env=env))
        self.assertIn(done.returncode, (0, 1), done.stdout + done.stderr)
        cases = self.results()["cases"]
        self.assertGreater(sum(case["verdict"] == "pass" for case in cases), 100)
        keep("report", self.keyward("report", "keyward-out", "-v", "--report", "junit"))
        keep("report --json", self.keyward("report", "keyward-out", "--json"))
        secrets = self.secrets(env)
        hooked = self.folder / "hooked"
        if hooked.exists():
            for number, key in enumerate(re.findall(r'"api_key":\s*"([^"]+)"', hooked.read_text())):
                secrets[f"hook {number}"] = env["ACTIVEPROSPECT_API_KEY"] = key
            hooked.unlink()
        for family in ("control", "compare"):
            case = next(case["id"] for case in cases if case["family"] == family
                        and case["verdict"] in ("fail", "pass"))
            done = keep(f"replay {case}", self.keyward(
                "replay", "keyward-out", case, *hooks, "--max-wait", "6", env=env))
            self.assertIn("The same verdict.", done.stdout, done.stderr)
        answers = b"".join(f.answers for f in forwarders.values()).decode(errors="replace")
        for number, token in enumerate(sorted(set(
                re.findall(r'"(?:token|access_token)":\s*"([^"]{16,})"', answers)))[:40]):
            secrets[f"issued {number}"] = token
        for forwarder in forwarders.values():
            forwarder.__exit__()
        # The search would find them: the wire did carry them.
        for name in env:
            if name.endswith(("API_KEY", "PAT")) and "OTHER" not in name:
                self.assertTrue(any(form in answers for _, form in spellings(secrets[name])), name)
        outputs = texts | self.outputs(self.folder)
        self.look_for(secrets, outputs)
        self.assertIn("$2b$12$R9h", answers)
        for where, text in outputs.items():
            self.assertNotIn("$2b$12$R9h", text, f"a password hash is in {where}")
        return secrets

    def test_the_search_finds_every_spelling(self):
        secret = "aBcDeFgH1jKlMn0pQrStUvWx"
        for spelling, form in itertools.chain(spellings(secret), digests(secret)):
            with self.subTest(spelling), self.assertRaises(AssertionError):
                self.look_for({"secret": secret}, {"a text": f"before {form} after"})
        self.look_for({"secret": secret}, {"a text": "aBcDeFg and UvWx"})

    def test_fulcrum(self):
        secrets = self.leak("fulcrum")
        self.assertTrue(any(name.startswith("issued") for name in secrets))

    def test_appcircle(self):
        self.leak("appcircle")

    def test_activeprospect(self):
        secrets = self.leak("activeprospect")
        self.assertTrue(any(name.startswith("hook") for name in secrets))

    def test_sociocs(self):
        self.leak("sociocs")

    def test_json_web_tokens(self):
        secrets = self.leak(support.ROOT / "tests" / "spec" / "valid" / "bearer.yaml")
        self.assertTrue(any(name.startswith("issued") for name in secrets))

    def test_secrets_too_short_for_pieces(self):
        """Mutants of these leave no piece of eight bytes, and tell all but one of them."""
        spec = self.folder / "short.yaml"
        spec.write_text(support.MINI.read_text(encoding="utf-8").replace("[0-9a-f]{32}", "[0-9]{8}"),
                        encoding="utf-8")
        env = self.serve(spec, "--fault", "echo-everything")
        self.keyward("run", spec, "-v", "--max-wait", "1", "--report", "junit", env=env)
        pin = env["MINI_API_KEY"]
        near = [pin[:at] + "." + pin[at + 1:] for at in range(8)] + \
               [pin[:at] + pin[at + 1:] for at in range(8)]
        for where, text in self.outputs(self.folder / "keyward-out").items():
            for form in near:
                found = re.search(form, text)
                self.assertIsNone(found, f"{pin} but for a digit is in {where}: {found}")


if __name__ == "__main__":
    support.main()
