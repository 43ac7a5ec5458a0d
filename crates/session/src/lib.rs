#![doc = "session"]
