//! Measures the memory of a download that is not kept.

use crate::{BenchResult, server};
use lorgnette_runtime::{ByteStream, Call, ClientBuilder};

lorgnette_runtime::operation!(DOWNLOAD: "download" GET "/file"; accept("application/octet-stream"));

#[derive(Debug)]
struct Download<'client>(Call<'client>);
lorgnette_runtime::builder!(Download: DOWNLOAD => ByteStream);

/// Downloads the file, and prints the peak of memory above idle, in bytes.
///
/// # Errors
///
/// When the file does not arrive completely.
pub async fn download(url: &str) -> BenchResult {
    let client: lorgnette_runtime::Client = ClientBuilder::new(url, "bench", "1.0.0").build()?;
    std::fs::write("/proc/self/clear_refs", "5")?;
    let idle = memory("VmRSS:")?;
    let mut stream = Download::from(&client).send().await?.into_inner();
    let mut read = 0;
    while let Some(chunk) = stream.chunk().await? {
        read += chunk.len() as u64;
    }
    if read != server::FILE {
        return Err(format!("{read} bytes came").into());
    }
    println!("{}", memory("VmHWM:")?.saturating_sub(idle));
    Ok(())
}

/// The memory that the process uses, or its peak since the last reset.
fn memory(field: &str) -> BenchResult<u64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix(field));
    let kilobytes = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok());
    Ok(kilobytes.ok_or("the system says nothing about memory")? * 1024)
}
