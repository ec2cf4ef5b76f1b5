//! The host that docs/trust.md shows.

use crate::desk::Desk;
use polyplug::runtime::{Runtime, RuntimeBuilder};
use polyplug::trust::{PublicKey, SignaturePolicy};
use polyplug_lua::LuaLoader;
use std::error::Error;
use std::sync::Arc;

#[rustfmt::skip]
fn host(studio_pub: &str, mods: &str) -> Result<Arc<Runtime>, Box<dyn Error>> {
    let studio = PublicKey::from_pem(studio_pub)?;
    let runtime = RuntimeBuilder::new()
        .loader(LuaLoader::default())
        .signature_policy(SignaturePolicy::Required)
        .trusted_keys([studio.into()])
        .plugin_dir(mods)
        .build()?;
    Ok(runtime)
}

#[test]
fn the_host_of_the_page_runs_what_is_signed() {
    let page = include_str!("../../../docs/trust.md");
    let shown = page.split("```rust\n").nth(1).unwrap().split("```").next().unwrap();
    let shown =
        shown.replace("include_str!(\"studio.pub\")", "studio_pub").replace("\"mods\"", "mods");
    for line in shown.lines() {
        assert!(include_str!("host.rs").contains(&format!("    {line}\n")), "{line}");
    }
    let desk = Desk::new();
    desk.good("sign mods/greeter --key studio.key");
    let runtime = host(&desk.read("studio.pub"), desk.path("mods").to_str().unwrap()).unwrap();
    let loaded =
        |name| runtime.bundles().iter().any(|one| one.name == name && one.signer.is_some());
    assert!(loaded("greeter") && !loaded("score"));
}
