//! `polyplug demo`: a pond of fish whose behaviour is three bundles, edited while they swim. They are written in
//! Lua; with the feature `wasm` one of them is a component.
//!
//! | file | what |
//! |---|---|
//! | `folder` | the bundles, copied to where a person edits them |
//! | `world` | what lives in the pond; moves it, notices who eats whom |
//! | `game` | the runtime: asks the bundles in every frame, follows their reloads |
//! | `canvas`, `picture` | light on the water; the whole screen |
//! | `grid`, `markup`, `terminal` | cells, coloured text, a terminal that is put back |
//! | `play` | a person watches and edits |
//! | `trial`, `summary` | nobody watches: it edits and breaks a bundle itself, and counts |

mod folder;

mod world;

#[expect(unsafe_code, reason = "hands structs to bundles and reads their texts")]
mod game;

mod canvas;
mod grid;
mod markup;
mod picture;
mod terminal;

mod play;
mod summary;
mod trial;

use crate::Verdict;
use crate::arguments::DemoOptions;
use crate::show::problem::Problem;
use folder::DemoFolder;
use game::Game;
use std::io::{self, IsTerminal, Write};
use world::World;

/// The length of a frame, in seconds.
const FRAME: f32 = 1.0 / 60.0;

/// How many frames are run where there is no terminal to draw to: five seconds.
const FRAMES_WITHOUT_TERMINAL: u32 = 300;

/// Runs the subcommand.
pub(crate) fn demo(options: &DemoOptions, out: &mut dyn Write) -> io::Result<Verdict> {
    let folder = match &options.dir {
        Some(path) => DemoFolder::at(path)?,
        None => DemoFolder::fresh()?,
    };
    let game = match Game::start(folder.path()) {
        Ok(game) => game,
        Err(error) => {
            Problem::of_error(&error, folder.path()).write(&mut anstream::stderr())?;
            return Ok(Verdict::Bad);
        }
    };
    let world = World::new();
    let is_terminal = io::stdout().is_terminal() && io::stdin().is_terminal();
    let frames = options.frames.or((!is_terminal).then_some(FRAMES_WITHOUT_TERMINAL));
    match frames {
        Some(frames) => trial::run(frames, game, world, &folder, out),
        None => play::play(game, world, folder, out),
    }
}
