//! Topics, producer, consumer, restore, in-process broker.
