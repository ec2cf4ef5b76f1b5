//! The library as programs see it: its symbols, and programs in C that use it.

mod exports;
mod first_program;
mod programs;

mod build;
mod page;
mod valgrind;
