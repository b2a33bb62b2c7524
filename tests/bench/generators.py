"""Compares generators of Rust clients on the same contracts: what comes out, and what it costs.

    python3 tests/bench/generators.py CONTRACT...

Each generator that is on the path makes a crate of each contract: `lorgnette`, `cargo-progenitor`,
`ploidy`, `oas3-gen` and `openapi-generator-cli`. The crate is compiled by `cargo check` once for
its dependencies and once more for itself, and only the second is counted, in seconds of a
processor, as is generating. Each step may take 20 minutes, or `--limit` seconds. Contracts are JSON.
"""

import argparse
import json
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
ROOT = Path(__file__).resolve().parents[2]


def cost(command, folder, limit):
    """Seconds of a processor, or None if it fails, with the last line that it says."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    try:
        ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=limit)
    except subprocess.TimeoutExpired:
        return None, f"longer than {limit} s"
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    taken = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    lines = [line for line in (ran.stdout + ran.stderr).splitlines() if line.strip()]
    if ran.returncode == 0:
        return taken, ""
    errors = [line for line in lines if re.match(r"error|Error|.*panicked", line)]
    return None, (errors or lines or ["?"])[-1].strip()[:120]


def generators(contract, out):
    """The command of each generator, and what a method of its client looks like."""
    return {
        "lorgnette": (
            ["lorgnette", "generate", contract, "-o", out, "--runtime-path", ROOT / "crates/runtime"],
            r"^    /// See \[`",
            "src/operations",
        ),
        "progenitor": (
            ["cargo-progenitor", "progenitor", "-i", contract, "-o", out, "-n", "client", "-v", "0.1.0"],
            r"^    pub fn \w+\(&self",
            "src/lib.rs",
        ),
        "ploidy": (["ploidy", "generate", "rust", contract, "-o", out], r"pub async fn \w+", "src/client"),
        "oas3-gen": (
            ["oas3-gen", "generate", "client-mod", "--workspace", "-q", "-i", contract, "-o", out],
            r"pub async fn (?!parse_response)\w+",
            "src",
        ),
        "openapi-generator": (
            ["openapi-generator-cli", "generate", "-g", "rust", "-i", contract, "-o", out]
            # The version of a contract may be a date.
            + ["--additional-properties=packageVersion=0.1.0"],
            r"^pub async fn \w+",
            "src/apis",
        ),
    }


def rust(folder):
    return [path for path in folder.rglob("*.rs") if "target" not in path.parts]


def operations(folder, pattern, within):
    place = folder / within
    files = [place] if place.is_file() else rust(place) if place.is_dir() else []
    found = set()
    for file in files:
        text = file.read_text()
        if within == "src/operations":
            # Methods of scopes are those of the client once more.
            blocks = re.findall(r"^impl Client \{\n(.*?)^\}", text, re.M | re.S)
            text = "\n".join(blocks)
            return_of = re.findall(r"^    pub fn (\w+)", text, re.M)
            found.update(return_of)
        else:
            found.update(re.findall(pattern, text, re.M))
    return len(found)


def features(folder):
    manifest = (folder / "Cargo.toml").read_text()
    section = re.search(r"^\[features\]\n(.*?)(?=^\[|\Z)", manifest, re.M | re.S)
    names = re.findall(r"^[\w\"-]+ *=", section.group(1), re.M) if section else []
    return len(names)


def measure(name, command, pattern, within, folder, target, limit):
    out = command_out(command, folder)
    if shutil.which(str(command[0])) is None:
        return None
    made, why = cost([str(part) for part in command], folder, limit)
    if made is None:
        return [name, f"fails: {why}", "", "", "", ""]
    lines = sum(len(path.read_text().splitlines()) for path in rust(out))
    row = [name, f"{made:.1f}", str(operations(out, pattern, within)), f"{lines:,}"]
    if not (out / "Cargo.toml").is_file():
        return [*row, "no crate", ""]
    text = (out / "Cargo.toml").read_text()
    if "[workspace]" not in text:
        (out / "Cargo.toml").write_text(text + "\n[workspace]\n")
    check = ["cargo", "check", "--offline", "--quiet", "--target-dir", str(target / name)]
    subprocess.run(["cargo", "fetch", "--quiet"], cwd=out, check=False)
    compiled, why = cost(check, out, limit)
    if compiled is not None:
        library = next(path for path in (out / "src/lib.rs", out / "src/main.rs") if path.is_file())
        time.sleep(1)
        os.utime(library)
        compiled, why = cost(check, out, limit)
    count = str(features(out))
    return [*row, f"{compiled:.1f}" if compiled is not None else f"does not compile: {why}", count]


def command_out(command, folder):
    return next(part for part in command if isinstance(part, Path) and folder in part.parents)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("contracts", nargs="+", type=Path)
    parser.add_argument("--only", nargs="*", help="these generators")
    parser.add_argument("--limit", type=int, default=1200, help="seconds for a step")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        target = Path(temporary) / "target"
        for contract in arguments.contracts:
            document = json.loads(contract.read_text())
            paths = document["paths"].values()
            count = sum(method in item for item in paths for method in METHODS)
            print(f"\n{contract.name}, {count} operations\n")
            print("| generator | generating, s | operations | lines | `cargo check`, s | features |")
            print("|---|---:|---:|---:|---:|---:|")
            folder = Path(temporary) / contract.stem
            for name in generators("", Path("x")):
                if arguments.only and name not in arguments.only:
                    continue
                place = folder / name
                place.mkdir(parents=True)
                command, pattern, within = generators(contract.resolve(), place / "out")[name]
                row = measure(name, command, pattern, within, place, target, arguments.limit)
                if row is None:
                    print(f"{name} is not on the path", file=sys.stderr)
                else:
                    print("| " + " | ".join(row) + " |", flush=True)


main()
