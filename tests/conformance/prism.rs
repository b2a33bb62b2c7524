//! Installs, starts and stops Prism, a mock server from npm that validates each request against a
//! contract and responds as the contract says.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How long Prism may take to read a contract.
const START: Duration = Duration::from_secs(120);

/// The folder with Prism's packages below `target/`; npm installs what package-lock.json says, and
/// nothing if it did so before.
fn installed() -> PathBuf {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("prism");
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("prism");
    fs::create_dir_all(&folder).unwrap();
    // One installs, whatever else runs.
    let lock = fs::File::create(folder.join("lock")).unwrap();
    lock.lock().unwrap();
    for file in ["package.json", "package-lock.json", ".npmrc"] {
        fs::copy(source.join(file), folder.join(file)).unwrap();
    }
    let wanted = fs::read_to_string(folder.join("package-lock.json")).unwrap();
    let mark = folder.join("node_modules/installed");
    if fs::read_to_string(&mark).is_ok_and(|installed| installed == wanted) {
        return folder;
    }
    let status = Command::new("npm")
        .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
        .current_dir(&folder)
        .status()
        .unwrap_or_else(|error| panic!("cannot start npm, which comes with Node.js: {error}"));
    assert!(status.success(), "npm ci failed in {}", folder.display());
    fs::write(mark, wanted).unwrap();
    folder
}

/// Prism with one contract, as a process that ends with this.
pub struct Prism {
    process: Child,
    address: String,
}

impl Prism {
    /// Starts Prism on a port of its own choice, in mock mode, with violations as errors.
    pub fn start(name: &str, contract: &Path) -> Self {
        let folder = installed();
        let log = folder.join(format!("{name}.log"));
        let file = fs::File::create(&log).unwrap();
        let process = Command::new("node")
            .arg(folder.join("node_modules/@stoplight/prism-cli/dist/index.js"))
            .args(["mock", "--errors", "--host", "127.0.0.1", "--port", "0"])
            .arg(contract)
            .env("NO_COLOR", "1")
            .stdin(Stdio::null())
            .stdout(file.try_clone().unwrap())
            .stderr(file)
            .spawn()
            .unwrap_or_else(|error| panic!("cannot start Node.js: {error}"));
        let mut prism = Self {
            process,
            address: String::new(),
        };
        let started = Instant::now();
        while prism.address.is_empty() {
            let mut said = String::new();
            fs::File::open(&log).unwrap().read_to_string(&mut said).unwrap();
            let ended = prism.process.try_wait().unwrap();
            assert!(
                ended.is_none() && started.elapsed() < START,
                "Prism does not start for {name}:\n{said}"
            );
            let found = said
                .split("listening on ")
                .nth(1)
                .and_then(|rest| rest.split_whitespace().next());
            let found = found.filter(|_| said.ends_with('\n'));
            found.unwrap_or_default().clone_into(&mut prism.address);
            std::thread::sleep(Duration::from_millis(50));
        }
        prism
    }

    /// Where it listens.
    pub fn address(&self) -> &str {
        &self.address
    }
}

impl Drop for Prism {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
