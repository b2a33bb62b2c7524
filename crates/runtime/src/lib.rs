//! What every lorgnette client shares.
