#![doc = "services"]
