//! The piece of docs/host.md about folders of many bundles.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

fn a_folder_of_many(state: &Path) -> Result<PathBuf, Box<dyn Error>> {
    use polyplug::discovery::{Admission, Prospect};
    use polyplug::runtime::RuntimeBuilder;
    use polyplug_lua::LuaLoader;

    let runtime = RuntimeBuilder::new()
        .loader(LuaLoader::default())
        .search_dir("mods")
        .search_dir("/usr/share/game")
        .trust_store(state.join("trust")) // made with `polyplug trust add`
        .admission(|offer| match &offer.signer {
            Ok(_) => Admission::Allow,
            Err(why) => Admission::Deny(format!("only signed bundles here: {why}")),
        })
        .build()?;
    for found in runtime.discover()? {
        match found.prospect {
            Prospect::WouldLoad => println!("{}: {:?}", found.offer.name, found.offer.contracts),
            Prospect::WouldFail(why) => println!("{why}"),
            _ => {}
        }
    }
    let folder = runtime.load_by_name("weather")?; // and first what it needs
    Ok(folder)
}

#[test]
fn the_book_has_this_piece_and_it_runs() {
    let page = include_str!("../../../docs/host.md");
    let section = page.split("## A folder of many").nth(1).unwrap();
    let piece = section.split("\n```").nth(1).unwrap();
    let piece = piece.lines().skip(1).filter(|line| !line.starts_with("# "));
    let here = include_str!("book.rs");
    for line in piece.map(str::trim) {
        assert!(here.contains(line), "the book has: {line}");
    }
    let state = tempfile::tempdir().unwrap();
    let error = a_folder_of_many(state.path()).unwrap_err().to_string();
    assert!(error.contains("create it with `polyplug trust add`"), "{error}");
    fs::write(state.path().join("trust"), "# nobody yet\n").unwrap();
    let error = a_folder_of_many(state.path()).unwrap_err().to_string();
    assert!(error.contains("`weather`"), "{error}");
}
