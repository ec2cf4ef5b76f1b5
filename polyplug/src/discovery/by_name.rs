//! Loading by name: the bundle of a name out of the host's folders, and before it what it needs.
//!
//! Of one name the first folder's is taken, and if that one is refused, the load is: going on to the next
//! would let whoever can break a bundle choose which of two runs. That also holds for what is loaded
//! because others need it. Who provides a contract may be another name, and that is told.

use crate::core::Core;
use crate::error::{AbsentProvider, RuntimeError, WhyAbsent, shown};
use crate::loader::manifest::{Dependency, DependencyTarget, Manifest, ManifestData, nearest};
use crate::reload::absent::Absent;
use crate::reload::dependencies::{self, Overlay};
use crate::reload::failure::remember_unread;
use crate::reload::held::Held;
use crate::reload::opening::Opening;
use crate::reload::permission::{Allowed, allow};
use crate::reload::{admission, operation, place, scan};
use polyplug_abi::{BundleId, LogLevel};
use std::borrow::Cow;
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
    /// Why it is not believed, once that is known and was told.
    refused: OnceCell<RuntimeError>,
}

/// Loads the bundle called `name`, and says where it was.
pub(crate) fn load_by_name(core: &Core, name: &str) -> Result<PathBuf, RuntimeError> {
    allow(core, "load", Allowed::InsideCalls)?;
    let shelf = Shelf::of(&folders(core))?;
    let Some(wanted) = shelf.named(core, BundleId::of(name), |_, _| {})? else {
        let known = shelf.books.iter().filter_map(|book| book.manifest.as_ref());
        let known = known.map(|manifest| manifest.data.name.as_str());
        return Err(RuntimeError::BundleNotFound {
            bundle: name.to_owned(),
            folders: core.options.folders.clone(),
            nearest: nearest(name, known).map(str::to_owned),
        });
    };
    let path = wanted.manifest.data.path.clone();
    Loading { core, shelf: &shelf, above: Vec::new(), held: Held::default() }.load(wanted)?;
    Ok(path)
}

/// The host's folders, without those that are not there.
pub(crate) fn folders(core: &Core) -> Vec<PathBuf> {
    core.options.folders.iter().filter(|folder| !place::is_gone(folder)).cloned().collect()
}

impl Book {
    /// What it is called: by its manifest, and by its folder, since a manifest that was changed must not
    /// make room for another bundle.
    fn names(&self) -> impl Iterator<Item = Cow<'_, str>> {
        let stated = self.manifest.as_ref().map(|manifest| Cow::Borrowed(&*manifest.data.name));
        stated.into_iter().chain(self.path.file_name().map(|folder| folder.to_string_lossy()))
    }

    fn claims(&self, bundle: BundleId) -> bool {
        self.names().any(|name| BundleId::of(&name) == bundle)
    }

    /// The bundle, if what it says can be believed. Whoever loads it loads these same bytes.
    fn believed(&self, core: &Core) -> Result<Opening, RuntimeError> {
        if let Some(refused) = self.refused.get() {
            return Err(refused.clone());
        }
        let opening = Opening::read(core, &self.path).and_then(|opening| {
            admission::believe(core, &opening)?;
            Ok(opening)
        });
        let refuse = |refused| remember_unread(core, &self.path, refused);
        opening.map_err(|refused| self.refused.get_or_init(|| refuse(refused)).clone())
    }

    /// What would be there under the name of `bundle` but for `why`.
    fn absent(&self, bundle: BundleId, why: WhyAbsent) -> AbsentProvider {
        let name = self.names().find(|name| BundleId::of(name) == bundle);
        AbsentProvider::new(name.unwrap_or_default(), &self.path, why)
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

    /// The first that is called so and not turned off. One that cannot be believed is an error. `passed`
    /// hears of each that is not taken.
    fn named(
        &self,
        core: &Core,
        bundle: BundleId,
        mut passed: impl FnMut(&Book, WhyAbsent),
    ) -> Result<Option<Opening>, RuntimeError> {
        for book in self.books.iter().filter(|book| book.claims(bundle)) {
            let believed = book.believed(core).inspect_err(|refused| {
                passed(book, WhyAbsent::Refused(Box::new(refused.clone())));
            })?;
            if BundleId::of(&believed.manifest.data.name) != bundle {
                continue;
            }
            if believed.manifest.options.enabled {
                return Ok(Some(believed));
            }
            passed(book, WhyAbsent::Disabled);
        }
        Ok(None)
    }

    /// Who may be what is needed: the bundle that is named, or by their manifests some, in order.
    fn candidates(&self, needed: &Dependency) -> Vec<BundleId> {
        if let DependencyTarget::Bundle(bundle)
        | DependencyTarget::Contract { provider: Some(bundle), .. } = &needed.target
        {
            return vec![bundle.id];
        }
        let mut candidates = Vec::new();
        for manifest in self.books.iter().filter_map(|book| book.manifest.as_ref()) {
            let bundle = BundleId::of(&manifest.data.name);
            if provides(&manifest.data, needed) && !candidates.contains(&bundle) {
                candidates.push(bundle);
            }
        }
        candidates
    }
}

/// A load that goes on, and those of its needs.
struct Loading<'a> {
    core: &'a Core,
    shelf: &'a Shelf,
    /// Those that wait for the one that is loaded now: who needs one of them is part of a circle, and its
    /// load says so.
    above: Vec<String>,
    /// What of them is in memory.
    held: Held,
}

impl Loading<'_> {
    /// Loads `wanted`, and first what it needs and nobody provides yet.
    fn load(&mut self, mut wanted: Opening) -> Result<(), RuntimeError> {
        let data = wanted.manifest.data.clone();
        let mut absent = Absent::default();
        self.above.push(data.name.clone());
        self.held.add(&mut wanted);
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
        self.held.remove(&wanted);
        let wanted = if wanted.is_set_down() { self.read_again(&wanted.manifest)? } else { wanted };
        operation::load_read(self.core, wanted, |error| absent.explain(error, &data))
    }

    /// The bundle that was read before what it needs was loaded.
    fn read_again(&self, before: &Manifest) -> Result<Opening, RuntimeError> {
        let path = &before.data.path;
        let opening = Opening::read(self.core, path);
        let opening = opening.map_err(|unread| remember_unread(self.core, path, unread))?;
        // Judged where it is loaded; but another bundle is not what was asked for.
        if opening.manifest == *before {
            return Ok(opening);
        }
        let problem = format!("{} changed while what it needs was loaded; try again", shown(path));
        Err(RuntimeError::InvalidArgument { what: "bundle folder", problem })
    }

    /// The first that is, or by its manifest provides, what is needed, and can be believed. Those that
    /// are not taken are noted as `absent`.
    fn provider(&self, needed: &Dependency, absent: &mut Absent) -> Option<Opening> {
        let mut refused = Vec::new();
        for bundle in self.shelf.candidates(needed) {
            let passed = |book: &Book, why| absent.add(book.absent(bundle, why), contract(needed));
            match self.shelf.named(self.core, bundle, passed) {
                Ok(Some(opening)) if provides(&opening.manifest.data, needed) => {
                    self.tell_passed(&opening.manifest.data.name, needed, &refused);
                    return Some(opening);
                }
                Ok(_) => {}
                Err(error) => refused.push(error),
            }
        }
        None
    }

    /// Says that `taken` provides what others would have, who came first. Without a record nobody
    /// would learn it, since the load is well.
    fn tell_passed(&self, taken: &str, needed: &Dependency, refused: &[RuntimeError]) {
        for refused in refused {
            let told =
                format!("`{taken}` is loaded for {needed}, since another is refused: {refused}");
            self.core.log(LogLevel::Warn, "runtime", &told);
        }
    }
}

/// The id of the contract that is needed.
fn contract(needed: &Dependency) -> Option<u64> {
    match &needed.target {
        DependencyTarget::Contract { contract, .. } => Some(contract.id.as_u64()),
        DependencyTarget::Bundle(_) => None,
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
