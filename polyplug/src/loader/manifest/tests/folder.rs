//! A manifest in its folder: how it is found, and symbolic links.

use super::*;
use std::fs;
use tempfile::TempDir;

fn bundle() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(MANIFEST_FILE), HEAD).unwrap();
    fs::write(folder.path().join("bundle.lua"), "return {}").unwrap();
    fs::create_dir(folder.path().join("lib")).unwrap();
    fs::write(folder.path().join("lib/part.lua"), "").unwrap();
    folder
}

#[test]
fn a_bundle_is_found_by_its_folder_and_by_every_file_in_it() {
    let bundle = bundle();
    for file in ["", "manifest.toml", "bundle.lua", "lib/part.lua", "deleted.lua"] {
        let path =
            if file.is_empty() { bundle.path().to_owned() } else { bundle.path().join(file) };
        assert_eq!(bundle_folder(&path), bundle.path(), "{file}");
        assert_eq!(Manifest::read(&path).unwrap().data.path, bundle.path(), "{file}");
    }
}

#[test]
fn a_folder_without_manifest_is_named() {
    let bundle = bundle();
    for path in [bundle.path().join("lib"), bundle.path().join("lib/nothing/here")] {
        let error = manifest_error(Manifest::read(&path));
        assert_eq!(error.problem, ManifestProblem::Missing);
        let expected = format!("there is no manifest.toml in {};", path.display());
        assert!(error.to_string().contains(&expected), "{error}");
        assert_eq!(error.excerpt(), None);
    }
    assert_eq!(bundle_folder(Path::new("manifest.toml")), Path::new("."));
}

#[test]
fn a_missing_file_is_left_to_the_loader() {
    let bundle = bundle();
    fs::remove_file(bundle.path().join("bundle.lua")).unwrap();
    assert!(Manifest::read(bundle.path()).is_ok());
}

#[test]
fn a_large_manifest_is_not_read_to_its_end() {
    let bundle = bundle();
    fs::write(bundle.path().join(MANIFEST_FILE), vec![b'\n'; 1 << 20]).unwrap();
    let error = manifest_error(Manifest::read(bundle.path()));
    assert_eq!(error.problem, ManifestProblem::TooLarge { limit: MAX_MANIFEST_BYTES });
}

#[test]
fn a_manifest_that_is_a_folder_is_told_as_one() {
    let bundle = bundle();
    fs::remove_file(bundle.path().join(MANIFEST_FILE)).unwrap();
    fs::create_dir(bundle.path().join(MANIFEST_FILE)).unwrap();
    let error = manifest_error(Manifest::read(bundle.path()));
    assert_eq!(error.problem, ManifestProblem::NoFile { kind: "a folder" });
    assert!(error.to_string().ends_with("put the manifest in its place"), "{error}");
    assert!(has_manifest(bundle.path()));
}

#[cfg(unix)]
#[test]
fn a_link_that_leads_nowhere_or_to_itself_is_no_absence() {
    use std::os::unix::fs::symlink;
    let bundle = bundle();
    let manifest = bundle.path().join(MANIFEST_FILE);
    fs::remove_file(&manifest).unwrap();
    assert!(!may_be_bundle(bundle.path()));

    symlink("nowhere.toml", &manifest).unwrap();
    let error = manifest_error(Manifest::read(bundle.path()));
    assert_eq!(error.problem, ManifestProblem::LeadsNowhere);
    assert!(has_manifest(bundle.path()));

    fs::remove_file(&manifest).unwrap();
    symlink(MANIFEST_FILE, &manifest).unwrap();
    let error = manifest_error(Manifest::read(bundle.path()));
    assert!(matches!(error.problem, ManifestProblem::Unreadable { .. }), "{error}");

    let link = bundle.path().join("lib/link");
    symlink("nowhere", &link).unwrap();
    assert!(may_be_bundle(&link) && !has_manifest(&link));
    let error = manifest_error(Manifest::read(&link));
    assert_eq!((error.path, error.problem), (link, ManifestProblem::LeadsNowhere));
}

#[cfg(unix)]
#[test]
fn a_link_may_stay_inside_but_not_lead_out() {
    use std::os::unix::fs::symlink;
    let bundle = bundle();
    let file = bundle.path().join("bundle.lua");
    let outside = tempfile::NamedTempFile::new().unwrap();

    fs::remove_file(&file).unwrap();
    symlink("lib/part.lua", &file).unwrap();
    assert!(Manifest::read(bundle.path()).is_ok());

    fs::remove_file(&file).unwrap();
    symlink(outside.path(), &file).unwrap();
    let result = Manifest::read(bundle.path());
    assert!(matches!(result, Err(RuntimeError::ArtifactPathEscape { .. })), "{result:?}");
}

#[cfg(unix)]
#[test]
fn a_folder_that_is_a_link_out_is_an_escape_even_without_the_file() {
    let bundle = bundle();
    let outside = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink(outside.path(), bundle.path().join("out")).unwrap();
    let text = HEAD.replace("bundle.lua", "out/x.lua");
    fs::write(bundle.path().join(MANIFEST_FILE), text).unwrap();
    let result = Manifest::read(bundle.path());
    assert!(matches!(result, Err(RuntimeError::ArtifactPathEscape { .. })), "{result:?}");
}

#[cfg(unix)]
#[test]
fn a_bundle_behind_a_link_is_read() {
    let bundle = bundle();
    let elsewhere = tempfile::tempdir().unwrap();
    let link = elsewhere.path().join("linked");
    std::os::unix::fs::symlink(bundle.path(), &link).unwrap();
    assert_eq!(Manifest::read(&link).unwrap().data.path, link);
}
