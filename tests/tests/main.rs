//! Tests of the whole runtime. Every module is a topic; the names are sentences.

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
    mod calls;
    mod end;
    mod native;
    mod pins;
    mod reentrance;
}

mod watching {
    mod folders;
    mod saves;
}
