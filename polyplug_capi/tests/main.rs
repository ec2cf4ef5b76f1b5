//! The library as programs see it: its symbols, and programs in C and C++ that use it.

mod build;
mod cpp_page;
mod cpp_programs;
mod exports;
mod programs;
