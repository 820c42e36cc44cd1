"""Run once in an image: gives its JupyterHub one more revision of the database, as one to come would have."""

import os

import jupyterhub
from alembic.config import Config
from alembic.script import ScriptDirectory

place = os.path.join(os.path.dirname(jupyterhub.__file__), "alembic")
config = Config()
config.set_main_option("script_location", place)
head = ScriptDirectory.from_config(config).get_current_head()
with open(os.path.join(place, "versions", "later0000001_later.py"), "w") as file:
    file.write(f'''"""One more table."""

import sqlalchemy as sa
from alembic import op

revision = "later0000001"
down_revision = "{head}"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table("later", sa.Column("id", sa.Integer, primary_key=True))
''')
