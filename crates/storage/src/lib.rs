#![doc = "storage"]
