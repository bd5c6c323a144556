//! What is wrong with a policy: problems, one file each.
