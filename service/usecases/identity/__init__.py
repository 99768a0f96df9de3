"""Who is who: records that may speak of one person, merged and parted."""
