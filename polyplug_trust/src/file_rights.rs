//! Who could have changed a file or folder, and what to do about it. `what` is what a person calls it.

use std::fs::Metadata;
#[cfg(unix)]
use std::os::unix::fs::MetadataExt;

/// Nobody but this user and the administrator has given it its rights.
#[cfg(unix)]
pub(crate) fn check_owner(metadata: &Metadata, what: &str) -> Result<(), String> {
    let (owner, user) = (metadata.uid(), rustix::process::geteuid().as_raw());
    // The system's administrator can do what he likes anyway.
    if owner != user && owner != 0 {
        let advice = "give it to this user, or name another file";
        return Err(format!(
            "{what} belongs to the user {owner}, and this is user {user}; {advice}"
        ));
    }
    Ok(())
}

/// Nobody but this user and the administrator can write to it.
#[cfg(unix)]
pub(crate) fn check(metadata: &Metadata, what: &str) -> Result<(), String> {
    check_owner(metadata, what)?;
    let mode = metadata.mode();
    // In such a folder everybody may add files, and nobody touches those of others.
    let is_shared = metadata.is_dir() && mode & 0o1000 != 0;
    if mode & 0o022 != 0 && !is_shared {
        let mode = mode & 0o777;
        return Err(format!(
            "{what} can be written by others (mode {mode:03o}); `chmod go-w` changes that"
        ));
    }
    Ok(())
}

/// The user's folders have rights of their own on this system, which those made in them inherit.
#[cfg(not(unix))]
pub(crate) fn check(_metadata: &Metadata, _what: &str) -> Result<(), String> {
    Ok(())
}

#[cfg(not(unix))]
pub(crate) fn check_owner(_metadata: &Metadata, _what: &str) -> Result<(), String> {
    Ok(())
}
