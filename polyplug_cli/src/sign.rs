//! `polyplug sign`: writes who vouches for a bundle's files as they are now.

mod stray;

use crate::Verdict;
use crate::arguments::SignOptions;
use crate::bindgen::bad;
use crate::bundle_paths;
use crate::key_file;
use crate::show::listing::counted;
use crate::show::problem::Problem;
use crate::show::style::{DIM, GOOD, NAME, paint, shown};
use polyplug::loader::manifest::{MANIFEST_FILE, Manifest};
use polyplug_abi::Version;
use polyplug_trust::{BundleSignature, BundleTree, KeyId, SIGNATURE_FILE, SecretKey};
use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write};
use std::path::Path;
use stray::Stray;

/// Runs the subcommand.
pub(crate) fn sign(options: &SignOptions, out: &mut dyn Write) -> io::Result<Verdict> {
    let key = match key_file::secret(&options.key) {
        Ok(key) => key,
        Err(problem) => return bad(&problem),
    };
    let bundles = match bundle_paths::of_all(&options.bundles) {
        Ok(bundles) => bundles,
        Err(problem) => return bad(&problem),
    };
    let errors = &mut anstream::stderr();
    let mut verdict = Verdict::Good;
    for folder in bundles {
        match Signing::of(&key, &folder, options.minimum_version) {
            Ok(signing) => signing.tell(&folder, out, errors)?,
            Err(problem) => {
                problem.write(errors)?;
                verdict = Verdict::Bad;
            }
        }
    }
    Ok(verdict)
}

/// A bundle that was signed.
struct Signing {
    signature: BundleSignature,
    strays: Vec<Stray>,
    /// Files that its manifest names and that are not there.
    missing: Vec<String>,
    /// What the signature demanded that was there before, if it is more.
    dropped: Option<Version>,
    /// Whose signature was there before, if it was another's.
    other_key: Option<KeyId>,
}

impl Signing {
    /// Signs the bundle in `folder`.
    fn of(key: &SecretKey, folder: &Path, minimum: Option<Version>) -> Result<Self, Problem> {
        let of_bundle = |text: &dyn ToString| {
            Problem::plain(format!("{}: {}", shown(folder), text.to_string()))
        };
        let of_error = |error| Problem::of_error(&error, folder);
        let tree = BundleTree::read(folder)
            .map_err(|error| Problem::plain(bundle_paths::unread(folder, &error)))?;
        let Some(manifest) = tree.get(MANIFEST_FILE) else {
            return Err(Problem::plain(bundle_paths::absent_manifest(folder)));
        };
        let manifest =
            Manifest::parse_anywhere(manifest, &folder.join(MANIFEST_FILE)).map_err(of_error)?;
        let version = manifest.data.abi_version().map_err(of_error)?;
        if let Some(path) = stray::key_among(&tree, key) {
            return Err(of_bundle(&format!(
                "`{path}` is the secret key itself, which would go wherever the bundle goes; move it \
                 elsewhere"
            )));
        }
        let files = tree.hashes().clone();
        let name = &manifest.data.name;
        let signature = BundleSignature::sign(key, name, version, minimum, files)
            .map_err(|error| of_bundle(&error))?;
        let text = signature.to_text();
        if tree.signature_bytes() != Some(text.as_bytes()) {
            write(folder, &text).map_err(|error| {
                of_bundle(&format!("{SIGNATURE_FILE} could not be written: {error}"))
            })?;
        }
        let before = tree.signature_bytes().and_then(|text| BundleSignature::parse(text).ok());
        let before = before.filter(|before| before.bundle == signature.bundle);
        let other_key = before.as_ref().map(|before| before.key).filter(|id| *id != signature.key);
        let demanded = before.and_then(|before| before.minimum);
        let dropped = demanded.filter(|old| *old > minimum.unwrap_or_default());
        let missing = missing(&manifest, &tree);
        Ok(Self { signature, strays: stray::of(&tree), missing, dropped, other_key })
    }

    /// Says what was signed, and what should perhaps not have been.
    fn tell(&self, folder: &Path, out: &mut dyn Write, errors: &mut dyn Write) -> io::Result<()> {
        let signature = &self.signature;
        let (name, version) = (paint(NAME, &signature.bundle), signature.version);
        let files = counted(signature.files.len(), "file");
        write!(out, "{} {name} {version}  {files}  by {}", paint(GOOD, "signed"), signature.key)?;
        if let Some(other) = self.other_key {
            write!(out, ", no longer by {other}")?;
        }
        if let Some(minimum) = signature.minimum {
            write!(out, "  nothing before {minimum}")?;
        }
        writeln!(out, "  {}", paint(DIM, folder.join(SIGNATURE_FILE).display()))?;
        out.flush()?;
        let folder = shown(folder);
        for stray in &self.strays {
            Problem::plain(format!("{folder}: {stray}")).write_warning(errors)?;
        }
        for missing in &self.missing {
            let told = format!(
                "{folder}: `{missing}`, which manifest.toml names, is not there and was not signed; make it, \
                 then sign again"
            );
            Problem::plain(told).write_warning(errors)?;
        }
        if let Some(dropped) = self.dropped {
            let told = format!(
                "{folder}: the signature before this one ruled out what is older than {dropped}, and this \
                 one does not; say --minimum-version {dropped} to keep that"
            );
            Problem::plain(told).write_warning(errors)?;
        }
        Ok(())
    }
}

/// What the manifest names and is not there: of a bundle for several machines, all their files are looked
/// for.
fn missing(manifest: &Manifest, tree: &BundleTree) -> Vec<String> {
    let of_machines = manifest.options.file_by_target.values();
    let named: BTreeSet<&String> = of_machines.chain([&manifest.data.file]).collect();
    let is_missing = |file: &&String| {
        let parts = file.split(['/', '\\']).filter(|part| !matches!(*part, "" | "."));
        tree.get(&parts.collect::<Vec<_>>().join("/")).is_none()
    };
    named.into_iter().filter(is_missing).cloned().collect()
}

/// Puts the signature there as a whole, readable for all who can read the bundle.
fn write(folder: &Path, text: &str) -> io::Result<()> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".bundle.sig-");
    public(&mut builder);
    let mut file = builder.tempfile_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    file.persist(folder.join(SIGNATURE_FILE)).map_err(|error| error.error)?;
    // The name is as lasting as the file; where folders cannot be synced, it will be soon.
    if let Ok(folder) = fs::File::open(folder) {
        let _ = folder.sync_all();
    }
    Ok(())
}

#[cfg(unix)]
fn public(builder: &mut tempfile::Builder<'_, '_>) {
    use std::os::unix::fs::PermissionsExt;
    builder.permissions(fs::Permissions::from_mode(0o666));
}

#[cfg(not(unix))]
fn public(_builder: &mut tempfile::Builder<'_, '_>) {}
