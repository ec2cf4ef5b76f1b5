//! Loading by name: the bundle of a name out of the host's folders, and before it what it needs.
//!
//! Of one name the first folder's is taken, and if that one is refused, the load is: going on to the next
//! would let whoever can break a bundle choose which of two runs.

use crate::core::Core;
use crate::error::RuntimeError;
use crate::loader::manifest::{Dependency, DependencyTarget, Manifest, ManifestData, nearest};
use crate::reload::dependencies::{self, Overlay};
use crate::reload::failure::remember_unread;
use crate::reload::opening::Opening;
use crate::reload::permission::{Allowed, allow};
use crate::reload::{admission, operation, scan};
use polyplug_abi::BundleId;
use std::path::PathBuf;

/// What lies in the host's folders, in their order.
struct Shelf {
    books: Vec<Book>,
}

/// One folder of a bundle, and what its manifest says, which nobody need have signed.
struct Book {
    path: PathBuf,
    manifest: Option<Manifest>,
}

/// Loads the bundle called `name`, and says where it was.
pub(crate) fn load_by_name(core: &Core, name: &str) -> Result<PathBuf, RuntimeError> {
    allow(core, "load", Allowed::InsideCalls)?;
    let shelf = Shelf::of(&folders(core))?;
    let Some(wanted) = shelf.named(core, name)? else {
        let known = shelf.books.iter().filter_map(|book| book.manifest.as_ref());
        let known = known.map(|manifest| manifest.data.name.as_str());
        return Err(RuntimeError::BundleNotFound {
            bundle: name.to_owned(),
            folders: core.options.folders.clone(),
            nearest: nearest(name, known).map(str::to_owned),
        });
    };
    shelf.load(core, wanted, &mut Vec::new())?;
    Ok(wanted.data.path.clone())
}

/// The host's folders, without those that are not there.
pub(crate) fn folders(core: &Core) -> Vec<PathBuf> {
    core.options.folders.iter().filter(|folder| folder.exists()).cloned().collect()
}

impl Book {
    /// Whether it says that it is called so, or its folder is: a manifest that was changed must not make
    /// room for another bundle.
    fn claims(&self, name: &str) -> bool {
        self.path.file_name().is_some_and(|folder| folder == name)
            || self.manifest.as_ref().is_some_and(|manifest| manifest.data.name == name)
    }

    /// Its manifest, if that can be believed.
    fn believed(&self, core: &Core) -> Result<Manifest, RuntimeError> {
        let opening = Opening::read(core, &self.path);
        let opening = opening.map_err(|unopened| remember_unread(core, &self.path, unopened))?;
        admission::believe(core, &opening)
            .map_err(|unopened| remember_unread(core, &self.path, unopened))?;
        Ok(opening.manifest)
    }
}

impl Shelf {
    fn of(folders: &[PathBuf]) -> Result<Self, RuntimeError> {
        let mut books = Vec::new();
        for folder in folders {
            for path in scan::bundle_folders(folder)? {
                let manifest = Manifest::read(&path).ok();
                books.push(Book { path, manifest });
            }
        }
        Ok(Self { books })
    }

    /// The first that is called `name` and not turned off. One that cannot be believed is an error.
    fn named(&self, core: &Core, name: &str) -> Result<Option<&Manifest>, RuntimeError> {
        for book in self.books.iter().filter(|book| book.claims(name)) {
            let believed = book.believed(core)?;
            let is_it = believed.data.name == name && believed.options.enabled;
            if let Some(manifest) = book.manifest.as_ref().filter(|_| is_it) {
                return Ok(Some(manifest));
            }
        }
        Ok(None)
    }

    /// Loads `wanted`, and first what it needs and nobody provides yet. `above` are those that wait for
    /// it: who needs one of them is part of a circle, and its load says so.
    fn load<'a>(
        &'a self,
        core: &Core,
        wanted: &'a Manifest,
        above: &mut Vec<&'a str>,
    ) -> Result<(), RuntimeError> {
        let data = &wanted.data;
        above.push(&data.name);
        for dependency in dependencies::of(data)? {
            let is_met = dependencies::is_met(core, &Overlay::default(), &dependency);
            let Some(provider) = self.provider(core, &dependency).filter(|_| !is_met) else {
                continue;
            };
            if !above.contains(&provider.data.name.as_str()) {
                self.load(core, provider, above)?;
            }
        }
        above.pop();
        operation::load_named(core, &data.path, &data.name)
    }

    /// The first that is, or by its manifest provides, what is needed, and can be believed.
    fn provider(&self, core: &Core, needed: &Dependency) -> Option<&Manifest> {
        let books = self.books.iter().filter(|book| {
            let Some(manifest) = &book.manifest else { return false };
            manifest.options.enabled && provides(&manifest.data, needed)
        });
        let believed = |book: &&Book| {
            let opening = Opening::read(core, &book.path);
            opening.is_ok_and(|opening| admission::believe(core, &opening).is_ok())
        };
        books.filter(believed).find_map(|book| book.manifest.as_ref())
    }
}

fn provides(data: &ManifestData, needed: &Dependency) -> bool {
    let is = |bundle| BundleId::of(&data.name) == bundle;
    match &needed.target {
        DependencyTarget::Bundle(bundle) => is(bundle.id),
        DependencyTarget::Contract { contract, provider } => {
            let provides = data.parsed_provides().unwrap_or_default();
            provides.iter().any(|provided| provided.id() == contract.id)
                && provider.as_ref().is_none_or(|wanted| is(wanted.id))
        }
    }
}
