"""which dossiers were printed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import portfolio.db

revision = 'ontwikkelgesprek_0002'
down_revision = 'ontwikkelgesprek_0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('ontwikkelgesprek_print',
    sa.Column('conversation_id', sa.Uuid(), nullable=False),
    sa.Column('sha256', sa.Text(), nullable=False),
    sa.Column('side', sa.String(length=40), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('agreed_sha256', sa.Text(), nullable=False),
    sa.Column('at', portfolio.db.Instant(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['conversation_id'], ['ontwikkelgesprek_conversation.id'], name=op.f('fk_ontwikkelgesprek_print_conversation_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('conversation_id', 'sha256', 'side', 'day', name=op.f('pk_ontwikkelgesprek_print'))
    )


def downgrade() -> None:
    op.drop_table('ontwikkelgesprek_print')
