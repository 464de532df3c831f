import {
  AutocompleteInput,
  BooleanField,
  BooleanInput,
  BulkUpdateButton,
  Datagrid,
  DateField,
  Edit,
  List,
  NullableBooleanInput,
  NumberField,
  NumberInput,
  Pagination,
  ReferenceField,
  ReferenceInput,
  SearchInput,
  SelectField,
  SelectInput,
  SimpleForm,
  TextField,
  TextInput,
} from "react-admin";

const VISIBILITIES = [
  { id: "Public", name: "Public" },
  { id: "Private", name: "Private" },
  { id: "Requires_Approval", name: "Requires Approval" },
];
const FILTERS = [
  <SearchInput key="q" source="q" alwaysOn />,
  <NullableBooleanInput key="active" source="active" alwaysOn />,
  <SelectInput key="visibility" source="visibility" choices={VISIBILITIES} alwaysOn />,
];
const MONEY = { minimumFractionDigits: 2, maximumFractionDigits: 4 };

// They wait for the server, as ours and the other admin do.
const BulkButtons = () => (
  <>
    <BulkUpdateButton className="switch-activate" label="Activate" data={{ active: true }} mutationMode="pessimistic" />
    <BulkUpdateButton className="switch-deactivate" label="Deactivate" data={{ active: false }} mutationMode="pessimistic" />
  </>
);

export const OfferList = () => (
  <List
    perPage={25}
    sort={{ field: "id", order: "DESC" }}
    filters={FILTERS}
    exporter={false}
    pagination={<Pagination rowsPerPageOptions={[25, 50, 100]} />}
  >
    <Datagrid rowClick="edit" bulkActionButtons={<BulkButtons />}>
      <TextField source="name" />
      <NumberField source="id" options={{ useGrouping: false }} />
      <BooleanField source="active" />
      <ReferenceField source="advertiser_id" reference="advertisers" link={false} />
      <SelectField source="visibility" choices={VISIBILITIES} />
      <NumberField source="payout" options={MONEY} />
      <NumberField source="revenue" options={MONEY} />
      <DateField source="updated_at" showTime />
    </Datagrid>
  </List>
);

const TEXTS = [
  "currency",
  "payout_type",
  "revenue_type",
  "conversion_name",
  "fallback_url",
  "primary_domain",
  "impression_forwarding_url",
  "parallel_tracking_url",
  "targeting_group_id",
];
const LONG_TEXTS = ["description", "restriction_note", "terms_and_conditions"];
const NUMBERS = ["payout", "payout_percent", "revenue", "revenue_percent"];
const SWITCHES = [
  "allow_duplicate_conversions",
  "block_on_reject",
  "deep_link_enabled",
  "hide_js_tracking",
  "impression_forwarding_enabled",
  "manually_approve_conversions",
  "offer_preview_enabled",
  "parallel_tracking_enabled",
  "targeting_simple_enabled",
  "terms_and_conditions_enabled",
  "view_through_attribution_enabled",
];

export const OfferEdit = () => (
  <Edit mutationMode="pessimistic">
    <SimpleForm>
      <TextInput source="name" required />
      <BooleanInput source="active" />
      <ReferenceInput source="advertiser_id" reference="advertisers">
        <AutocompleteInput filterToQuery={(typed) => ({ q: typed })} />
      </ReferenceInput>
      <SelectInput source="visibility" choices={VISIBILITIES} />
      {NUMBERS.map((source) => (
        <NumberInput key={source} source={source} />
      ))}
      {TEXTS.map((source) => (
        <TextInput key={source} source={source} />
      ))}
      {LONG_TEXTS.map((source) => (
        <TextInput key={source} source={source} multiline />
      ))}
      {SWITCHES.map((source) => (
        <BooleanInput key={source} source={source} />
      ))}
    </SimpleForm>
  </Edit>
);
