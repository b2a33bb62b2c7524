//! The sites of a corp, of which some come and go.

use super::LAG;
use super::site::SiteFeed;
use crate::runtime::ClientError;
use crate::v0::Client;
use lorgnette_feed::{Listing, Roster, Setback, Source};
use std::sync::Arc;

/// The sites of a corp, or a shard of them.
#[derive(Debug)]
pub(super) struct Sites {
    pub client: Client,
    pub corp: String,
    /// The index of the shard, and the number of shards.
    pub shard: Option<(u64, u64)>,
    /// The signals that exported requests must have.
    pub tags: Vec<String>,
}

impl Sites {
    /// The names of all current sites.
    pub async fn names(&self) -> Result<Vec<String>, ClientError> {
        let mut names = Vec::new();
        let mut sites = self.client.sites_list(&self.corp).stream();
        while let Some(site) = sites.item().await? {
            names.push(site.name);
        }
        Ok(names)
    }

    /// The feeds of those of these sites that belong to this shard.
    pub fn feeds(&self, mut names: Vec<String>) -> Vec<Arc<dyn Source>> {
        names.retain(|site| is_in(self.shard, &self.corp, site));
        names.sort_unstable();
        names.dedup();
        let feed = |site: String| -> Arc<dyn Source> {
            let client = self.client.clone();
            Arc::new(SiteFeed::new(client, &self.corp, &site, &self.tags, LAG))
        };
        names.into_iter().map(feed).collect()
    }
}

impl Roster for Sites {
    fn list(&self) -> Listing<'_> {
        Box::pin(async {
            let names = self.names().await;
            let names = names.map_err(|error| Setback::later(error.to_string()))?;
            Ok(self.feeds(names))
        })
    }
}

/// Whether a site belongs to this shard. Two machines get the same result.
fn is_in(shard: Option<(u64, u64)>, corp: &str, site: &str) -> bool {
    let name = format!("{corp}/{site}");
    shard.is_none_or(|(number, count)| lorgnette_feed::part(&name, count) + 1 == number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_each_site_is_in_one_part() {
        for site in (0..100).map(|number| format!("site-{number}")) {
            let parts = (1..=3).filter(|number| is_in(Some((*number, 3)), "c", &site));
            assert_eq!(parts.count(), 1, "{site}");
        }
    }
}
