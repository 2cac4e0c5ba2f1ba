//! Names that the settings say are one: `k8s = kubernetes`.
//!
//! Invariant: a table by names as they are compared ([`crate::fold`]), made anew when the settings say otherwise.

use std::collections::HashMap;

use crate::fold::folded;
use crate::path::NotePath;
use crate::vault::Vault;

/// What the settings of each root say.
#[derive(Default)]
pub struct Aliases {
    tables: Vec<Table>,
}

/// What the settings of one root say.
struct Table {
    root: NotePath,
    /// The groups as they are written.
    groups: Vec<Vec<String>>,
    /// The groups that a folded name is in.
    of: HashMap<String, Vec<usize>>,
}

impl Aliases {
    /// What the settings of this vault say.
    pub fn of(vault: &Vault) -> Self {
        let tables = vault.roots().iter().map(|root| {
            let groups = root.config.terms.aliases.clone();
            let mut of: HashMap<String, Vec<usize>> = HashMap::new();
            for (index, group) in groups.iter().enumerate() {
                for name in group {
                    of.entry(folded(name)).or_default().push(index);
                }
            }
            Table { root: root.path.clone(), groups, of }
        });
        Self { tables: tables.collect() }
    }

    /// Whether the settings of this vault say the same.
    pub fn are_those_of(&self, vault: &Vault) -> bool {
        self.tables.len() == vault.roots().len()
            && self
                .tables
                .iter()
                .zip(vault.roots())
                .all(|(table, root)| table.root == root.path && table.groups == root.config.terms.aliases)
    }

    /// What a name is also called in the notes of the root that holds `path`, as it is written in the settings.
    pub fn beside<'a>(&'a self, path: &NotePath, name: &str) -> impl Iterator<Item = &'a str> + use<'a> {
        let tables = self.tables.iter().filter(|table| !table.groups.is_empty() && path.is_in(&table.root));
        let table = tables.max_by_key(|table| table.root.as_str().len());
        // Most vaults have none: then nothing is folded.
        let folded_name = table.map(|_| folded(name)).unwrap_or_default();
        let groups = table.into_iter().flat_map(|table| {
            table.of.get(&folded_name).into_iter().flatten().filter_map(|group| table.groups.get(*group))
        });
        let names: Vec<&'a str> = groups.flatten().map(String::as_str).collect();
        names.into_iter().filter(move |other| folded(other) != folded_name)
    }
}
