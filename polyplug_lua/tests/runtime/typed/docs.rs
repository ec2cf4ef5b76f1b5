//! The bundle that docs/lua.md begins with.

use super::*;

/// The fenced blocks of the page that are in this language.
fn blocks(language: &str) -> Vec<&'static str> {
    let page = include_str!("../../../../docs/lua.md");
    let open = format!("```{language}\n");
    page.split(&open).skip(1).map(|rest| rest.split("```").next().unwrap()).collect()
}

#[test]
fn the_first_example_of_the_page_works() {
    let world = World::new();
    let folder = world.folder.path().join("greeter");
    fs::create_dir_all(folder.join("wit")).unwrap();
    fs::write(folder.join("wit/greeter.wit"), blocks("wit")[0]).unwrap();
    fs::write(folder.join("manifest.toml"), blocks("toml")[0]).unwrap();
    fs::write(folder.join("greeter.lua"), blocks("lua")[0]).unwrap();
    world.runtime.load_bundle(folder).unwrap();
    // As the page calls it, and what it says that comes back.
    let calls = blocks("sh")[0].lines();
    let mut compared = 0;
    for (line, answer) in calls.clone().zip(calls.skip(1)) {
        let Some(call) = line.strip_prefix("$ polyplug call mods demo.greeter '") else { continue };
        let value = world.runtime.call_text("demo.greeter@1", call.trim_end_matches('\'')).unwrap();
        assert_eq!(value.to_string(), answer);
        compared += 1;
    }
    assert_eq!(compared, 2);
    assert_eq!(world.runtime.call_text("demo.greeter@1", "count()").unwrap(), Value::U32(1));
}
