//! Finds the places of a choice's branches.

use super::Walk;
use crate::comparison::log::{Log, RustPlace};
use crate::surface::{SurfaceBranch, SurfaceShape};
use serde_json::Value;

impl Walk<'_> {
    /// A branch of a choice: the alternative of the union that fits it best, or the type itself
    /// where the choice is gone.
    pub(super) fn alternative(&mut self, at: &str, place: &RustPlace) {
        let schema = self.contract.at(&self.contract.resolve(at));
        // It says that there may be no value.
        if schema.get("type").is_some_and(|kind| kind == "null") {
            return;
        }
        let Some(SurfaceShape::Union { tag, branches }) =
            self.surface.generated(&place.ty).map(|ty| &ty.shape)
        else {
            return self.part(at, place);
        };
        let exact = self.count();
        let candidates = self.candidates(schema, branches);
        let fits = |limit: usize| {
            let mut best: Option<(usize, bool, Log)> = None;
            for candidate in &candidates {
                // Another has to be better than the best one, or as good and not taken yet.
                let better =
                    |(count, again, _): &(usize, bool, Log)| count.saturating_sub(usize::from(!again));
                let most = best.as_ref().map_or(limit, |best| limit.min(better(best)));
                let mut trial = self.trial(most);
                let name = candidate.map(|branch| place.variant(branch));
                match candidate {
                    Some(branch) => trial.schema(at, &RustPlace::branch(branch, tag.as_ref())),
                    None => trial.part(at, place),
                }
                // Of two that fit, the one that was not taken yet.
                let is_used = |name| trial.logs().any(|log| log.used.contains(name));
                let again = name.as_ref().is_some_and(is_used);
                let count = trial.count();
                let is_best = |(least, known, _): &(usize, bool, Log)| (count, again) < (*least, *known);
                if best.as_ref().is_none_or(is_best) {
                    trial.log.used.extend(name);
                    best = Some((count, again, trial.log));
                }
                if count <= exact && !again {
                    break;
                }
            }
            best
        };
        // Most fit without a finding; where choices are nested, looking on costs a lot.
        let met = (at.to_string(), place.clone());
        let is_unfit = self.unfit.borrow().contains(&met);
        let best = if is_unfit { None } else { fits(exact) };
        let best = best.filter(|(count, ..)| *count <= exact);
        if best.is_none() {
            self.unfit.borrow_mut().insert(met);
            if self.most <= exact {
                return self.report(at, "fits no alternative".into());
            }
        }
        if let Some((_, _, log)) = best.or_else(|| fits(self.most)) {
            self.log.add(log);
            self.log
                .used
                .extend(place.ty.generated().map(ToString::to_string));
        }
    }

    /// What may stand for the schema at `at` in a union: an alternative, or nothing for the whole
    /// union, to which the branches of a choice inside the choice may belong. A union of their own
    /// is more likely than that, and any other type less.
    fn candidates<'b>(
        &self,
        schema: &Value,
        branches: &'b [SurfaceBranch],
    ) -> Vec<Option<&'b SurfaceBranch>> {
        if !["oneOf", "anyOf"]
            .iter()
            .any(|keyword| schema.get(keyword).is_some())
        {
            return branches.iter().map(Some).collect();
        }
        let is_union = |branch: &&SurfaceBranch| {
            let ty = self.surface.generated(&branch.ty);
            ty.is_some_and(|ty| matches!(ty.shape, SurfaceShape::Union { .. }))
        };
        let (unions, others): (Vec<_>, Vec<_>) = branches.iter().partition(is_union);
        let unions = unions.into_iter().map(Some);
        unions.chain([None]).chain(others.into_iter().map(Some)).collect()
    }
}
