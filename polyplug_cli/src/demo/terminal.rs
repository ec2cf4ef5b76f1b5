//! The terminal: taken over for the demo, and given back however that ends.

use super::grid::{Colours, Grid};
use crossterm::cursor::{Hide, Show};
use crossterm::event::{self, Event, KeyCode, KeyEventKind, KeyModifiers};
use crossterm::terminal::{
    BeginSynchronizedUpdate, Clear, ClearType, DisableLineWrap, EnableLineWrap,
    EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode,
    enable_raw_mode, size,
};
use crossterm::{QueueableCommand, execute};
use std::io::{self, Stdout, Write};
use std::panic;
use std::process;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// How long the loop may take to end after a signal: a frame, and a bundle's longest call.
const LONGEST_END: Duration = Duration::from_secs(3);

/// What the person, or the system, wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wish {
    GoOn,
    Quit,
}

/// A terminal that shows grids.
pub(crate) struct Terminal {
    out: Stdout,
    shown: Option<Grid>,
    bytes: Vec<u8>,
    colours: Colours,
    ended: Arc<AtomicBool>,
}

impl Terminal {
    /// Takes the terminal over. It is given back when this is dropped, and before a panic is told.
    pub(crate) fn enter(colours: Colours) -> io::Result<Self> {
        let ended = Arc::new(AtomicBool::new(false));
        let end = Arc::clone(&ended);
        ctrlc::set_handler(move || end_by_signal(&end)).map_err(io::Error::other)?;
        let told = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            give_back();
            told(panic);
        }));
        enable_raw_mode()?;
        let terminal = Self { out: io::stdout(), shown: None, bytes: Vec::new(), colours, ended };
        execute!(io::stdout(), EnterAlternateScreen, Hide, DisableLineWrap, Clear(ClearType::All))?;
        Ok(terminal)
    }

    /// Columns and rows.
    pub(crate) fn size(&self) -> (usize, usize) {
        let (columns, rows) = size().unwrap_or((80, 24));
        (usize::from(columns), usize::from(rows))
    }

    /// Shows a grid: the cells that changed, in one go.
    pub(crate) fn show(&mut self, grid: &Grid) -> io::Result<()> {
        self.bytes.clear();
        self.bytes.queue(BeginSynchronizedUpdate)?;
        let before = self.shown.as_ref();
        if before.is_none_or(|old| (old.columns, old.rows) != (grid.columns, grid.rows)) {
            self.bytes.queue(Clear(ClearType::All))?;
        }
        grid.paint(before, self.colours, &mut self.bytes);
        self.bytes.queue(EndSynchronizedUpdate)?;
        self.out.write_all(&self.bytes)?;
        self.out.flush()?;
        match &mut self.shown {
            Some(shown) => shown.clone_from(grid),
            None => self.shown = Some(grid.clone()),
        }
        Ok(())
    }

    /// Waits for the next frame, or for a wish to quit: q, Escape, Ctrl-C or a signal.
    pub(crate) fn wait_until(&self, due: Instant) -> io::Result<Wish> {
        loop {
            if self.ended.load(Ordering::Relaxed) {
                return Ok(Wish::Quit);
            }
            let left = due.saturating_duration_since(Instant::now());
            if !event::poll(left)? {
                return Ok(Wish::GoOn);
            }
            if is_quit(&event::read()?) {
                return Ok(Wish::Quit);
            }
            if left == Duration::ZERO {
                return Ok(Wish::GoOn);
            }
        }
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        give_back();
    }
}

/// Asks the loop to end. It cannot hear that while it reads from a terminal that is gone.
fn end_by_signal(ended: &AtomicBool) {
    ended.store(true, Ordering::Relaxed);
    thread::sleep(LONGEST_END);
    give_back();
    process::exit(1);
}

fn is_quit(event: &Event) -> bool {
    let Event::Key(key) = event else { return false };
    if key.kind == KeyEventKind::Release {
        return false;
    }
    let control = key.modifiers.contains(KeyModifiers::CONTROL);
    match key.code {
        KeyCode::Char('c' | 'd') => control,
        KeyCode::Char('q' | 'Q') | KeyCode::Esc => true,
        _ => false,
    }
}

fn give_back() {
    let _ = disable_raw_mode();
    let _ =
        execute!(io::stdout(), EndSynchronizedUpdate, EnableLineWrap, Show, LeaveAlternateScreen);
}

/// How many colours standard output shows, and is wanted to show.
pub(crate) fn colours() -> Colours {
    let refused = anstream::ColorChoice::global() == anstream::ColorChoice::Never;
    if refused || anstyle_query::no_color() || anstyle_query::clicolor() == Some(false) {
        return Colours::None;
    }
    let term = std::env::var("TERM").unwrap_or_default();
    if anstyle_query::truecolor() || cfg!(windows) {
        return Colours::True;
    }
    match term {
        term if term.contains("256color") || term.contains("direct") => Colours::Indexed,
        term if term.is_empty() || term == "dumb" => Colours::None,
        _ => Colours::Sixteen,
    }
}
