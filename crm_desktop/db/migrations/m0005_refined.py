"""Product groups, who within a customer a campaign goes to, and scheduled reports that could not be written.

The conventions of the first step hold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

VERSION = 5
# Tables in which this step adds rows of its own; all others must come through with the rows that they had.
ADDS = ()

COLUMNS = """
ALTER TABLE item ADD COLUMN product_group TEXT NOT NULL DEFAULT '';
CREATE INDEX item_group ON item(product_group) WHERE product_group <> '';
-- Who within a customer gets a campaign: the customer, the people in it, or both.
ALTER TABLE campaign ADD COLUMN recipients TEXT NOT NULL DEFAULT 'firm' CHECK(recipients IN ('firm', 'people', 'both'));
CREATE INDEX campaign_recipient_address ON campaign_recipient(lower(address));
CREATE INDEX campaign_recipient_sent ON campaign_recipient(sent_at) WHERE sent_at IS NOT NULL;
CREATE INDEX campaign_recipient_name ON campaign_recipient(campaign_id, name COLLATE NOCASE);
-- What kept the last run of a scheduled report from its file; empty once it is written.
ALTER TABLE saved_report ADD COLUMN failed_at TEXT;
ALTER TABLE saved_report ADD COLUMN problem TEXT NOT NULL DEFAULT '';
"""


def scripts(_columns_of: Callable[[str], list[str]]) -> Iterator[str]:
    """The whole step as SQL scripts."""
    yield COLUMNS
