//! `depesche feeds`: looking after feed lists.

mod reload;

pub(super) use reload::Reloader;
