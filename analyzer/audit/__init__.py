"""Many calls: a night's transcripts in, a folder of reports out."""
