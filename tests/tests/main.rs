//! Tests of the whole runtime. Every module is a topic; the names are sentences.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

mod discovery {
    mod absent;
    mod admission;
    mod book;
    mod by_name;
    mod code_files;
    // Elsewhere no folder can be called so.
    #[cfg(unix)]
    mod forged_lines;
    mod odd_folders;
    mod survey;
}

mod events;

mod host_contracts;

mod lifecycle {
    mod compatibility;
    mod dependencies;
    mod listing;
    mod load;
    mod reload;
    mod unload;
}

mod table;

mod rules {
    mod adoption;
    mod calls;
    mod descriptions;
    mod end;
    mod native;
    mod origins;
    mod pins;
    mod reentrance;
}

mod watching {
    mod folders;
    mod polls;
    mod refused;
    mod saves;
}
