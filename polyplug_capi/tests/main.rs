//! The library as programs see it: its symbols, and programs in C that use it.

mod build;
mod exports;
mod programs;
