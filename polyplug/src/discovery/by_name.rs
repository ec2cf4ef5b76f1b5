//! Loading by name: the bundle of a name out of the host's folders, and before it what it needs.
//!
//! Of one name the first folder's is taken, and if that one is refused, the load is: going on to the next
//! would let whoever can break a bundle choose which of two runs.

use crate::core::Core;
use crate::error::{AbsentProvider, RuntimeError, WhyAbsent};
use crate::loader::manifest::{Dependency, DependencyTarget, Manifest, ManifestData, nearest};
use crate::reload::absent::Absent;
use crate::reload::dependencies::{self, Overlay};
use crate::reload::failure::remember_unread;
use crate::reload::opening::{Opening, Unopened};
use crate::reload::permission::{Allowed, allow};
use crate::reload::{admission, operation, place, scan};
use polyplug_abi::BundleId;
use std::cell::OnceCell;
use std::path::PathBuf;

/// What lies in the host's folders, in their order.
struct Shelf {
    books: Vec<Book>,
}

/// One folder of a bundle, and what its manifest says, which nobody need have signed.
struct Book {
    path: PathBuf,
    manifest: Option<Manifest>,
    /// Why it is not believed, once that is known.
    refused: OnceCell<RuntimeError>,
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
    let path = wanted.manifest.data.path.clone();
    Loading { core, shelf: &shelf, above: Vec::new() }.load(wanted)?;
    Ok(path)
}

/// The host's folders, without those that are not there.
pub(crate) fn folders(core: &Core) -> Vec<PathBuf> {
    core.options.folders.iter().filter(|folder| !place::is_gone(folder)).cloned().collect()
}

impl Book {
    /// Whether it says that it is called so, or its folder is: a manifest that was changed must not make
    /// room for another bundle.
    fn claims(&self, name: &str) -> bool {
        self.path.file_name().is_some_and(|folder| folder == name)
            || self.manifest.as_ref().is_some_and(|manifest| manifest.data.name == name)
    }

    /// The bundle, if what it says can be believed. Whoever loads it loads these same bytes.
    fn believed(&self, core: &Core) -> Result<Opening, Unopened> {
        let opening = Opening::read(core, &self.path)?;
        admission::believe(core, &opening)?;
        Ok(opening)
    }

    /// What would be there but for `why`.
    fn absent(&self, why: WhyAbsent) -> AbsentProvider {
        let label = self.path.file_name().unwrap_or_default().to_string_lossy();
        let name = self.manifest.as_ref().map_or(&*label, |manifest| &manifest.data.name);
        AbsentProvider::new(name, &self.path, why)
    }
}

impl Shelf {
    fn of(folders: &[PathBuf]) -> Result<Self, RuntimeError> {
        let mut books = Vec::new();
        for folder in folders {
            for path in scan::bundle_folders(folder)? {
                let manifest = Manifest::read(&path).ok();
                books.push(Book { path, manifest, refused: OnceCell::new() });
            }
        }
        Ok(Self { books })
    }

    /// The first that is called `name` and not turned off. One that cannot be believed is an error.
    fn named(&self, core: &Core, name: &str) -> Result<Option<Opening>, RuntimeError> {
        for book in self.books.iter().filter(|book| book.claims(name)) {
            let believed = book.believed(core);
            let believed =
                believed.map_err(|refused| remember_unread(core, &book.path, refused))?;
            if believed.manifest.data.name == name && believed.manifest.options.enabled {
                return Ok(Some(believed));
            }
        }
        Ok(None)
    }
}

/// A load that goes on, and those of its needs.
struct Loading<'a> {
    core: &'a Core,
    shelf: &'a Shelf,
    /// Those that wait for the one that is loaded now: who needs one of them is part of a circle, and its
    /// load says so.
    above: Vec<String>,
}

impl Loading<'_> {
    /// Loads `wanted`, and first what it needs and nobody provides yet.
    fn load(&mut self, wanted: Opening) -> Result<(), RuntimeError> {
        let data = wanted.manifest.data.clone();
        let mut absent = Absent::default();
        self.above.push(data.name.clone());
        for needed in dependencies::of(&data)? {
            if dependencies::is_met(self.core, &Overlay::default(), &needed) {
                continue;
            }
            let Some(provider) = self.provider(&needed, &mut absent) else { continue };
            let found = &provider.manifest.data;
            if self.above.contains(&found.name) {
                let waiting = AbsentProvider::new(&found.name, &found.path, WhyAbsent::Circle);
                absent.add_by_manifest(waiting, found);
            } else {
                self.load(provider)?;
            }
        }
        self.above.pop();
        operation::load_read(self.core, wanted, |error| absent.explain(error, &data))
    }

    /// The first that is, or by its manifest provides, what is needed, and can be believed. Those that
    /// only say so are noted as `absent`.
    fn provider(&self, needed: &Dependency, absent: &mut Absent) -> Option<Opening> {
        for book in &self.shelf.books {
            let Some(manifest) = book.manifest.as_ref().filter(|one| provides(&one.data, needed))
            else {
                continue;
            };
            let why = match book.refused.get() {
                Some(refused) => WhyAbsent::Refused(Box::new(refused.clone())),
                None => match book.believed(self.core) {
                    Ok(opening) if !opening.manifest.options.enabled => WhyAbsent::Disabled,
                    Ok(opening) if provides(&opening.manifest.data, needed) => {
                        return Some(opening);
                    }
                    Ok(_) => continue,
                    Err(Unopened { error, .. }) => {
                        WhyAbsent::Refused(Box::new(book.refused.get_or_init(|| error).clone()))
                    }
                },
            };
            absent.add_by_manifest(book.absent(why), &manifest.data);
        }
        None
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
