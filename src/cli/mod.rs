//! The command line: one file a verb, over the same analysis as the server.
