//! `polyplug keygen`: a key to sign bundles with. What is there already stays as it is.

use crate::Verdict;
use crate::arguments::KeygenOptions;
use crate::bindgen::bad;
use crate::key_file;
use crate::show::style::{DIM, NAME, one_line, paint, shown};
use polyplug_trust::SecretKey;
use std::fs;
use std::io::{self, ErrorKind, Write};
use std::path::Path;

/// Runs the subcommand.
pub(crate) fn keygen(options: &KeygenOptions, out: &mut dyn Write) -> io::Result<Verdict> {
    let folder = options.out.clone().unwrap_or_default();
    let secret = folder.join(format!("{}.key", options.name));
    let public = folder.join(format!("{}.pub", options.name));
    let key = match SecretKey::generate() {
        Ok(key) => key,
        Err(error) => return bad(&error.to_string()),
    };
    if let Err(problem) = write(&key, &secret, &public) {
        return bad(&problem);
    }
    let argument = key_file::quoted(&secret.display().to_string());
    let (secret, public) = (one_line(secret.display()), one_line(public.display()));
    writeln!(out, "{secret}  the secret key: keep it, and give it to nobody")?;
    writeln!(out, "{public}  the public key: for those who are to run what you sign")?;
    let public = key.public();
    writeln!(out, "key {}  {}", paint(NAME, public.id()), paint(DIM, public))?;
    writeln!(out, "{}", paint(DIM, format!("next: polyplug sign BUNDLE --key {argument}")))?;
    Ok(Verdict::Good)
}

/// Both files, or none.
fn write(key: &SecretKey, secret: &Path, public: &Path) -> Result<(), String> {
    let told = |path: &Path, error: io::Error| match error.kind() {
        ErrorKind::AlreadyExists => {
            format!(
                "{} is there already; nothing was written: name the new key otherwise, or move both files of \
                 the old one away",
                shown(path)
            )
        }
        _ => format!("{}: {error}; no key was made", shown(path)),
    };
    if let Some(folder) = secret.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        let made = fs::create_dir_all(folder);
        made.map_err(|error| format!("{}: {error}; no key was made", shown(folder)))?;
    }
    // A public key that is there belongs to a secret one elsewhere.
    key_file::write_public(public, &key.public()).map_err(|error| told(public, error))?;
    key_file::write_secret(secret, key).map_err(|error| {
        let _ = fs::remove_file(public);
        if error.kind() != ErrorKind::AlreadyExists {
            let _ = fs::remove_file(secret);
        }
        told(secret, error)
    })
}
