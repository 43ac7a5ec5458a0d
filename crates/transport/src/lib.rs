#![doc = "transport"]
