//! Installs, starts and stops Prism, a mock server from npm that validates each request against a
//! contract and responds as the contract says.

use lorgnette_tests::npm::installed;
use std::fs;
use std::io::Read;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How long Prism may take to read a contract.
const START: Duration = Duration::from_secs(120);

/// A Prism process with one contract, which ends when this value is dropped.
pub struct Prism {
    process: Child,
    address: String,
}

impl Prism {
    /// Starts Prism in mock mode on a port that it chooses, with violations as errors.
    pub fn start(name: &str, contract: &Path) -> Self {
        let folder = installed("prism", env!("CARGO_TARGET_TMPDIR"), &[]).unwrap();
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

    /// The address that it listens on.
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
